"""Tables' ground: the declarative base, column types, engines and the two kinds of transaction. The only place that commits.

Shapes and figures behind it: docs/decisions/0003-transactions.md. No feature and no workspace registry here.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC as UTC_ZONE
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, Text, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import LRUCache

from dealwright.kernel import clock
from dealwright.kernel.errors import Conflict, Unavailable
from dealwright.kernel.text import gettext as _

ID = BigInteger().with_variant(Integer, "sqlite")
OPEN_FILES = 64
"""SQLite engines kept open a process: file handles (three each), not memory, are the limit."""


class UTC(TypeDecorator[datetime]):
    """An aware instant, stored in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time is never stored")
        utc = value.astimezone(UTC_ZONE)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC_ZONE) if value.tzinfo is None else value.astimezone(UTC_ZONE)


class _Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as an exact integer of 10**-scale: NUMERIC on SQLite gives wrong sums."""

    impl = BigInteger
    cache_ok = True
    scale = 4

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.scale)
        whole = int(scaled)
        if whole != scaled:
            raise ValueError(f"{value} has more than {self.scale} decimals")
        return whole

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.scale)


class Amount(_Scaled):
    """An amount of money; the currency stands in a column beside it."""

    cache_ok = True


class UnitAmount(_Scaled):
    """A price or cost of one unit, to six decimals."""

    scale = 6
    cache_ok = True


class Quantity(_Scaled):
    """A quantity, to four decimals."""

    cache_ok = True


class Model(DeclarativeBase):
    """The base of every table, ours and the plugins'."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {int: ID, str: Text(), datetime: UTC()}  # noqa: RUF012 - SQLAlchemy reads it from the class


class Stamped:
    """Mixin: when the row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(UTC, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UTC, default=clock.now, onupdate=clock.now)


class Versioned:
    """Mixin: an optimistic lock. Load for edit through accounts.load_for_edit, which compares; never assign the form's version."""

    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declared_attr is called with the class
        return {"version_id_col": cls.version}


class Place(Protocol):
    """What has a database: a workspace."""

    @property
    def name(self) -> str: ...
    @property
    def database(self) -> Database: ...


_open: ContextVar[tuple[str, Session] | None] = ContextVar("dealwright_write", default=None)


class Database:
    """One workspace's database: a reader and a writer over one pool. A session is bound to it for life."""

    def __init__(self, engine: Engine, name: str, *, woken: Callable[[str], None] | None = None, **options: object) -> None:
        self.engine = engine
        self.name = name
        self.memory: dict[str, Any] = {}
        """What the floors above remember of this workspace in this process, each under its own name and by a version of its own."""
        self._woken = woken
        self._read = engine.execution_options(**{"mode": "read", **options})
        self._write = engine.execution_options(**{"mode": "write", **options})

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that cannot write; it sees one moment of the database."""
        with self.open_reader() as session:
            yield session

    def open_reader(self) -> Session:
        """Return a session as `read` gives it; the caller closes it."""
        return Session(self._read, expire_on_commit=False, autoflush=False)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open THE write transaction of this use case: committed at the end, rolled back on any error.

        Raises RuntimeError inside another one (on SQLite it would wait for itself), Unavailable when the database stays locked or is
        full, Conflict when a row was changed by somebody else meanwhile.
        """
        if _open.get() is not None:
            raise RuntimeError("a write transaction is already open here; verbs join it with transaction()")
        with Session(self._write, expire_on_commit=False) as session:
            with _database_errors():
                session.connection()
            token = _open.set((self.name, session))
            try:
                with _database_errors():
                    yield session
                    session.commit()
            finally:
                _open.reset(token)
        if self._woken and session.info.get("wake"):
            self._woken(self.name)


def wake_after_commit(session: Session) -> None:
    """Have the job runner look at this workspace once the transaction is committed."""
    session.info["wake"] = True


def write_is_open() -> bool:
    """Whether this context holds a write transaction; asks must not run then."""
    return _open.get() is not None


def writes(session: Session) -> bool:
    """Whether this is the session of the write transaction that is open in this context."""
    present = _open.get()
    return present is not None and present[1] is session


@contextmanager
def transaction(place: Place) -> Iterator[Session]:
    """Give the use case's one write transaction: the one open in this context, else a new one around the block."""
    current = _open.get()
    if current is None:
        with place.database.write() as session:
            session.info["place"] = place
            yield session
        return
    name, session = current
    if name != place.name:
        raise RuntimeError(f"a transaction of workspace {name} is open; {place.name} cannot join it")
    session.info.setdefault("place", place)
    yield session


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except StaleDataError:
        raise Conflict("changed_meanwhile", _("Somebody else changed this meanwhile. Please look again.")) from None
    except OperationalError as error:
        text = str(error.orig)
        if "locked" in text or "busy" in text:
            raise Unavailable("database_busy", _("The database is busy. Please try again in a moment.")) from error
        if "full" in text or "disk I/O" in text or "No space" in text:
            raise Unavailable("storage_full", _("The disk is full. Nothing was changed.")) from error
        raise


@event.listens_for(Session, "do_orm_execute")
def _bulk_updates_bump_version(state: ORMExecuteState) -> None:
    """Make a bulk ORM UPDATE visible to the optimistic lock; SQLAlchemy does so for single rows only."""
    mapper = state.bind_mapper if state.is_update else None
    if mapper is None or mapper.version_id_col is None:
        return
    statement: Any = state.statement
    if all(getattr(column, "key", column) != "version" for column in (statement._values or {})):  # noqa: SLF001 - no public reading of an Update's values
        state.statement = statement.values(version=mapper.version_id_col + 1)


class Files:
    """SQLite engines by file, least recently used closed first; one dialect and one statement cache for all of them."""

    def __init__(self) -> None:
        self._engines: OrderedDict[Path, Engine] = OrderedDict()
        self._lock = threading.Lock()
        self._dialect: Dialect | None = None
        self._compiled: LRUCache[Any, Any] = LRUCache(500)

    def engine(self, file: Path) -> Engine:
        """Return the engine of `file`, made on first use."""
        with self._lock:
            engine = self._engines.get(file)
            if engine is None:
                engine = self._engines[file] = self._new(file)
                self._close_idle()
            self._engines.move_to_end(file)
            return engine

    def dispose(self) -> None:
        """Close every file."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    def _new(self, file: Path) -> Engine:
        if self._dialect is None:
            first = create_engine("sqlite://")
            first.connect().close()  # the dialect learns the server's version on its first connection
            self._dialect = first.dialect
        pool = QueuePool(
            lambda: _connect(file),  # type: ignore[arg-type] # sqlite3 has what the protocol asks for, untyped
            pool_size=8,
            max_overflow=24,
            timeout=10,
            dialect=self._dialect,
        )
        engine = Engine(pool, self._dialect, create_engine("sqlite://").url).execution_options(compiled_cache=self._compiled)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _close_idle(self) -> None:
        idle = [file for file, engine in self._engines.items() if engine.pool.checkedout() == 0]  # type: ignore[attr-defined] # QueuePool has it
        for file in idle[: max(0, len(self._engines) - OPEN_FILES)]:
            self._engines.pop(file).dispose()


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=5, cached_statements=256)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "cache_size=-4000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("mode") == "write"
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA query_only=" + ("OFF" if writes else "ON"))
    try:
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN", None, error) from error


def postgres_engine(url: str) -> Engine:
    """Return the one engine of a PostgreSQL server; each transaction enters its workspace's schema and role, or fails."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        connect_args={"prepare_threshold": None, "options": "-csearch_path=dealwright_none"},
        pool_size=8,
        max_overflow=8,
        pool_recycle=3600,
        pool_pre_ping=True,
    )
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _begin_postgres(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("administration"):
        return  # making a schema and its role is done by the login role itself
    schema = options.get("workspace")
    if schema is None:
        raise RuntimeError("no workspace was given for this connection")
    read_only = "off" if options.get("mode") == "write" else "on"
    connection.exec_driver_sql(
        "select set_config('search_path',%s,true), set_config('role',%s,true), set_config('transaction_read_only',%s,true)",
        (schema, schema, read_only),
    )
