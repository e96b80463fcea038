"""Parameters of handlers: the engine, the catalogue, the store and the settings of the app.

They are asynchronous, so none of them takes a thread. Below /v1 the catalogue is open by then:
the authenticator has read the caller's key from it.
"""

from collections.abc import Callable
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

from api.engine.live import LiveEngine
from api.engine.model_threads import ModelThreads
from matcher.search.catalogue import Catalogue
from matcher.settings import Settings
from matcher.store.database import Store

Result = TypeVar("Result")


async def _engine(request: Request) -> LiveEngine:
    return cast(LiveEngine, request.app.state.engine)


EngineDep = Annotated[LiveEngine, Depends(_engine)]
"""The engine of the app."""


async def _catalogue(engine: EngineDep) -> Catalogue:
    return engine.catalogue()


CatalogueDep = Annotated[Catalogue, Depends(_catalogue)]
"""The catalogue, which needs no index. Raises StoreError."""


async def _store(catalogue: CatalogueDep) -> Store:
    return catalogue.store


StoreDep = Annotated[Store, Depends(_store)]
"""The database of the catalogue. The handler opens its own transaction. Raises StoreError."""


async def _settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


SettingsDep = Annotated[Settings, Depends(_settings)]
"""The settings of the app."""


async def run_with_model(request: Request, work: Callable[[], Result]) -> Result:
    """Run work that uses the model, in one of the few threads for it. Raises OverloadedError."""
    threads: ModelThreads = request.app.state.model_threads
    return await threads.answer(work)
