"""Account addresses: every form that people paste becomes one.

``vk.com/x``, ``https://vk.ru/id1``, ``@x``, ``t.me/s/x``, ``t.me/x/12``, trailing slashes and upper case all
normalise; any other host is refused.
"""

__all__ = ["Address"]

from dataclasses import dataclass
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from auditor.snapshot import Network


@dataclass(frozen=True, slots=True)
class Address:
    """A network and the account's name on it, in normal form: lower case, no scheme, no slashes.

    A Telegram private invite keeps its case: ``+AbC``. A VK number is ``id1`` or ``club1``.
    """

    network: Network
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read any of the pasted forms. Raises `ValueError` with a sentence that says how to mend it."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """The one address: ``https://vk.com/NAME`` or ``https://t.me/NAME``."""
        return f"https://{'vk.com' if self.network is Network.VK else 't.me'}/{self.name}"

    def __str__(self) -> str:
        """Render as `url`."""
        return self.url

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from text, write as text."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(str(value)),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe for editors."""
        del schema, handler
        return {"type": "string", "examples": ["https://t.me/name", "https://vk.com/id1"]}
