"""Health checks for monitoring, without a key."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.engine.dependencies import EngineDep
from api.http import problems
from api.schemas.answer import HealthView, ReadinessView

router = APIRouter()


@router.get("/healthz", response_model=HealthView, tags=["service"], summary="Is the process alive")
async def healthz() -> JSONResponse:
    """Answer as long as the process runs, without a look at anything else."""
    return JSONResponse({"status": "alive"})


@router.get(
    "/readyz",
    response_model=ReadinessView,
    tags=["service"],
    summary="Can needs be answered",
    responses=problems.documented(problems.DATABASE_UNAVAILABLE, *problems.MATCHING),
)
def readyz(engine: EngineDep) -> JSONResponse:
    """Check that database, model and index can be used; if not, a problem names the reason."""
    ready = engine.readiness()
    return JSONResponse(
        {
            "status": "ready",
            "index": ready.index,
            "model": ready.model,
            "patents": ready.patents,
            "notes": list(ready.notes),
            "note_codes": [note.code for note in ready.notes],
        }
    )
