"""A method around another one."""
from __future__ import annotations

from dataclasses import dataclass

from .method import Method

__all__ = ["Wrapper"]


@dataclass(frozen=True)
class Wrapper(Method):
    """A method that runs another one, `method`, and so needs and keeps what that one does."""

    method: Method

    def __post_init__(self) -> None:
        if not isinstance(self.method, Method):
            raise ValueError(
                f"{type(self).__name__}: method={self.method!r}; expected a method of minnet.optim such as Adam()"
            )

    @property
    def needs(self) -> tuple[str, ...]:
        return self.method.needs

    @property
    def dense(self) -> bool:
        return self.method.dense
