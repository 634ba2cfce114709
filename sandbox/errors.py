"""Discord's answers to what it refuses, and the sandbox's own to what a person cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.cards.limits import Problem

# topics/opcodes-and-status-codes.mdx, "JSON Error Codes": status and sentence of each.
KNOWN = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (404, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20028: (429, "The write action you are performing on the channel has hit the write rate limit."),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40003: (403, "You are opening direct messages too fast"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
}


class ApiError(Exception):
    """Discord says no. `body` is what it sends; None for a bare status."""

    def __init__(self, status: int, body: Mapping[str, object] | None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def refusal(code: int, *, retry_after: float | None = None) -> ApiError:
    status, message = KNOWN[code]
    body: dict[str, object] = {"message": message, "code": code}
    if retry_after is not None:
        body |= {"retry_after": retry_after, "global": False}
    return ApiError(status, body)


def unauthorised() -> ApiError:
    return ApiError(401, {"message": "401: Unauthorized", "code": 0})


def not_found() -> ApiError:
    return ApiError(404, {"message": "404: Not Found", "code": 0})


def form_error(path: str, code: str, *, message: str) -> ApiError:
    return ApiError(400, _form_body([(path, code, message)]))


def of_problems(found: Sequence[Problem]) -> ApiError:
    """One answer for all problems of a body. A bare 500 hides the others, as it does on Discord."""
    answers = {problem.answer for problem in found}
    # A form error is found before anything is stored; the two walls only when it is.
    for answer in (Answer.TOO_LARGE, Answer.FORM, Answer.EMPTY, Answer.BARE):
        if answer in answers:
            break
    else:
        raise ValueError("no problem, no answer")
    status, code = answer.value
    if answer is Answer.BARE:
        return ApiError(status, None)
    if answer is not Answer.FORM:
        return ApiError(status, {"message": KNOWN[code][1], "code": code})
    said = [(p.path, p.code, p.message) for p in found if p.answer is Answer.FORM]
    return ApiError(status, _form_body(said))


def _form_body(said: Sequence[tuple[str, str, str]]) -> dict[str, object]:
    """Nest `errors.<path>._errors[]`, the shape that clients flatten again."""
    tree = _nest([(path.split(".") if path else [], {"code": c, "message": m}) for path, c, m in said])
    return {"message": KNOWN[50035][1], "code": 50035, "errors": tree}


def _nest(said: Sequence[tuple[list[str], dict[str, str]]]) -> dict[str, object]:
    node: dict[str, object] = {}
    here = [error for path, error in said if not path]
    if here:
        node["_errors"] = here
    for key in dict.fromkeys(path[0] for path, _error in said if path):
        node[key] = _nest([(path[1:], error) for path, error in said if path and path[0] == key])
    return node


class Impossible(Exception):  # noqa: N818 - a person's mistake, not a fault of the program
    """A person cannot do this. `str(error)` is one sentence, fit to show."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
