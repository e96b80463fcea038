"""Loading of pretrained models with sentence-transformers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.errors import ModelError
from matcher.language.messages import _
from models.services.options import ServiceOptions

HUB_TIMEOUT_SECONDS = 10.0
OTHER_RUNTIMES = ("onnx/", "openvino/")
"""Folders of the hub with a model's weights for runtimes that do not run here."""
OTHER_WEIGHTS = (".h5", ".msgpack", ".ot", ".onnx", ".onnx_data", ".gguf", ".tflite")
"""Ends of files with the same weights for other libraries than torch."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Options of loading a model."""

    device: str | None = None
    """Torch device; None takes the best one there is."""
    compute_dtype: str = "auto"
    """auto, float32 or bfloat16; auto takes bfloat16 if the device computes in it natively."""
    batch_size: int = 8
    trust_remote_code: bool = False
    """Lets a hub model run code of its own."""
    query_prefix: str | None = None
    """Text before each need; None: that of the model's name, if it is known."""
    passage_prefix: str | None = None
    """The same before each passage."""
    service: ServiceOptions = field(default_factory=ServiceOptions)
    """Options of a model that is a service."""
    cores: int | None = None
    """Cores to compute on; None takes all that the process may use."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Names of a kind of model in error messages."""

    model: str
    content: str
    """Expected content of a model folder."""


def load_pretrained(
    library: Any, source: str, options: LoadOptions, wording: Wording
) -> tuple[Any, str]:
    """Load a model of a sentence-transformers class; returns the name of its compute type, too.

    Raises ModelError.
    """
    import torch
    from sentence_transformers.util import get_device_name
    from transformers.utils import logging

    if options.cores is not None:
        torch.set_num_threads(options.cores)
    device = torch.device(options.device or get_device_name())
    compute_dtype = options.compute_dtype
    if compute_dtype == "auto":
        compute_dtype = "bfloat16" if computes_bfloat16(device) else "float32"
    # Weights saved in half precision would load as float16, which CPUs compute very slowly.
    dtype = getattr(torch, compute_dtype)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = library(
            local_folder(source),
            device=str(device),
            trust_remote_code=options.trust_remote_code,
            model_kwargs={"dtype": dtype},
        )
    except (OSError, ValueError, RuntimeError, ImportError, AttributeError) as problem:
        raise ModelError(
            _(
                "the {model} {source} cannot be loaded ({name}): give a folder that holds "
                "{content}, or a hub name while the hub can be reached (HF_HOME says where "
                "downloaded models are kept)",
                model=wording.model,
                source=source,
                name=type(problem).__name__,
                content=wording.content,
            )
        ) from problem
    model = model.to(dtype)
    for weights in (*model.parameters(), *model.buffers()):
        # They are mapped from a file: who changed that would change the model as it runs.
        weights.data = weights.data.clone()
    return model, compute_dtype


def local_folder(source: str) -> str:
    """Return the folder of a model: the given one, or the downloaded one of a hub name.

    A hub that does not answer is tried once: its own client would try for minutes. Raises OSError.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    if Path(source).is_dir():
        return source
    try:
        return str(downloaded_folder(source))
    except LocalEntryNotFoundError:
        pass
    try:
        known = HfApi().model_info(source, timeout=HUB_TIMEOUT_SECONDS)
    except HfHubHTTPError as problem:
        raise OSError(_("the hub refuses {source}", source=source)) from problem
    except Exception as problem:  # each version of the hub's client has its own connection errors
        raise OSError(_("the hub cannot be reached")) from problem
    names = [file.rfilename for file in known.siblings or ()]
    return snapshot_download(source, ignore_patterns=unread_files(names))


def unread_files(names: Sequence[str]) -> list[str]:
    """Return the files of a hub model with its weights once more, which are not downloaded."""
    doubled = {
        name.removesuffix("model.safetensors") + "pytorch_model.bin"
        for name in names
        if name.endswith("model.safetensors")
    }
    return [
        name
        for name in names
        if name in doubled or name.startswith(OTHER_RUNTIMES) or name.endswith(OTHER_WEIGHTS)
    ]


def downloaded_folder(name: str) -> Path:
    """Return the folder of a hub model that was downloaded before."""
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, local_files_only=True))


def computes_bfloat16(device: Any) -> bool:
    """True if a torch device computes in bfloat16 natively."""
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return device.type == "cpu" and ("avx512_bf16" in flags or "amx_bf16" in flags)
