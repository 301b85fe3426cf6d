"""A server whose tools name the argument that is wrong, and what it may be."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from pydantic import ValidationError

from crosswind.doors.mcp.client import ADVICE
from crosswind.kit import problems


class Server(MCPServer):
    """The protocol's server, with arguments that do not fit told in Crosswind's words."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        """Call a tool; ToolError names each argument that it cannot take."""
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            raise ToolError(f"INVALID_REQUEST: {_said(error.__cause__)}. {ADVICE[400]}") from error.__cause__


def _said(error: ValidationError) -> str:
    told = problems.invalid(error.errors(include_url=False), lambda place: ".".join(str(part)[:64] for part in place))
    return "; ".join(f"{each['field']}: {each['problem']}" for each in told.details["problems"])
