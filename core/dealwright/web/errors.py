"""What a refusal or a fault looks like: a page, a fragment or JSON with the stable code, the field and an id; never a traceback."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, jsonify, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import N_
from dealwright.kernel.text import gettext as _
from dealwright.web.gate import is_fragment, refusal_of
from dealwright.web.rendering import page

TITLES = {
    403: N_("Not allowed"),
    404: N_("Not found"),
    409: N_("Changed meanwhile"),
    500: N_("Something went wrong"),
    503: N_("Not available just now"),
}

log = logging.getLogger("dealwright.web")


def install(app: Flask) -> None:
    """Answer every error of `app`."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, lambda error: refused(refusal_of(error)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def refused(error: Refused) -> Response:
    """Answer a refusal that no form took up."""
    response = _answer(error.status, error.code, error.message, field=error.field)
    if error.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    if error.code is not None and 300 <= error.code < 400:
        return make_response(error)
    texts = {
        400: _("This request could not be understood."),
        404: _("There is no such page, or you may not see it."),
        405: _("This address does not take such requests."),
        413: _("This is too large."),
        429: _("Too many requests. Please wait a moment."),
    }
    status = error.code or 500
    response = _answer(status, f"http_{status}", texts.get(status, error.name))
    if "Allow" in error.get_headers().__repr__():
        response.headers.extend([(name, value) for name, value in error.get_headers() if name == "Allow"])
    return response


def _fault(error: Exception) -> Response:
    log.error("request %s failed", g.get("request_id", "?"), exc_info=error)
    return _answer(500, "fault", _("Something went wrong on our side. Nothing was changed."))


def wants_json() -> bool:
    """Whether the client speaks JSON rather than HTML."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"


def _answer(status: int, code: str, message: str, *, field: str | None = None) -> Response:
    request_id = g.get("request_id", "")
    if wants_json():
        response = jsonify({"error": {"code": code, "message": message, "field": field, "id": request_id}})
    elif is_fragment():
        response = make_response(page("dealwright/_refused.html", text=message))
    else:
        title = TITLES.get(status, N_("This did not work"))
        response = make_response(page("dealwright/error.html", status=status, title=_(title), text=message, reference=request_id))
    response.status_code = status
    return response
