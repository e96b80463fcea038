"""Is the service there: for whoever watches it, without a key."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.engine.live import engine_of
from api.http import problems
from api.schemas.answer import HealthView, ReadinessView

router = APIRouter()


@router.get("/healthz", response_model=HealthView, tags=["service"], summary="Is the process alive")
async def healthz() -> JSONResponse:
    """Answers as long as the process does; looks at nothing else."""
    return JSONResponse({"status": "alive"})


@router.get(
    "/readyz",
    response_model=ReadinessView,
    tags=["service"],
    summary="Can needs be answered",
    responses=problems.documented(
        problems.DATABASE_UNAVAILABLE, problems.INDEX_UNAVAILABLE, problems.MODEL_UNAVAILABLE
    ),
)
def readyz(request: Request) -> JSONResponse:
    """Whether database, model and index can be used; a problem with the reason where not."""
    ready = engine_of(request).readiness()
    return JSONResponse(
        {
            "status": "ready",
            "index": ready.index,
            "model": ready.model,
            "patents": ready.patents,
            "notes": list(ready.notes),
        }
    )
