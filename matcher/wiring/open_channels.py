"""Opening of the place of both channels, as the settings name it."""

from collections.abc import Iterator
from contextlib import contextmanager

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.settings import Settings
from matcher.wiring.channels import Channels, KeptIn
from matcher.wiring.file_channels import FileChannels

FILES = "files"


def kept_in(settings: Settings) -> KeptIn:
    """Return the place of both channels as manifests name it."""
    return "files" if settings.index == FILES else "milvus"


@contextmanager
def open_channels(settings: Settings) -> Iterator[Channels]:
    """Open the place of both channels.

    Raises InputError for a setting that names none, IndexUnavailableError.
    """
    if settings.index == FILES:
        yield FileChannels(settings.approximate_above)
        return
    from indexes.milvus.address import MilvusAddress, check_name, parse
    from matcher.wiring.milvus_channels import milvus_channels

    uri, database = parse(settings.index)
    if (settings.index_cert_file is None) != (settings.index_key_file is None):
        raise InputError(_("set MATCHER_INDEX_CERT_FILE and MATCHER_INDEX_KEY_FILE, or neither"))
    token = settings.index_token
    address = MilvusAddress(
        uri,
        check_name(settings.index_name),
        database,
        None if token is None else token.get_secret_value(),
        settings.index_ca_file,
        settings.index_cert_file,
        settings.index_key_file,
        settings.index_seconds,
    )
    if address.is_lite and settings.index_vectors == "diskann":
        raise InputError(
            _("milvus-lite has no index diskann for vectors; set MATCHER_INDEX_VECTORS=hnsw_sq")
        )
    with milvus_channels(
        address, settings.index_folder, settings.index_vectors, settings.approximate_above
    ) as channels:
        yield channels
