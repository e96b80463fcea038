"""Opening of the encoder on a cluster by the settings."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import Encoder
from matcher.settings import Settings
from matcher.wiring.open import model_options
from matcher.wiring.ray_embedding.cluster import ClusterOptions
from matcher.wiring.ray_embedding.part_encoder import RayPartEncoder
from matcher.wiring.ray_embedding.part_files import PartFiles
from models.loading import load_encoder
from models.services.address import service_address
from models.services.options import ServiceOptions


def ray_part_encoder(settings: Settings, encoder: Encoder) -> RayPartEncoder:
    """Build the encoder of parts on the cluster of the settings; `encoder` is this machine's.

    Raises InputError for an encoder that is a service.
    """
    if service_address(settings.model) is not None:
        raise InputError(
            _(
                "an encoder service has machines of its own: index with --engine local, "
                "and MATCHER_SERVICE_REQUESTS says how many requests go there at once"
            )
        )
    options = replace(model_options(settings), cores=1, service=ServiceOptions())
    if settings.ray_gpus:
        options = replace(options, device="cuda")
    return RayPartEncoder(
        partial(load_encoder, settings.model, options),
        PartFiles(_shared_folder(settings), encoder.fingerprint),
        ClusterOptions(settings.ray_address, settings.ray_workers, settings.ray_gpus),
    )


def _shared_folder(settings: Settings) -> str:
    """Path or URI of the folder for parts of the work."""
    folder = settings.ray_folder or str(settings.home)
    return folder if "://" in folder else str(Path(folder).resolve())
