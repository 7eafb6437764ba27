"""Routes for machines and browsers rather than people: liveness and CSP reports."""

from __future__ import annotations

import logging

from flask import Blueprint, request

from dealwright.web.gate import machine

bp = Blueprint("operations", __name__)
log = logging.getLogger("dealwright.csp")


@bp.get("/healthz")
@machine
def healthz() -> str:
    """Say that the process answers and its workspace's schema is current."""
    return "ok"


@bp.post("/csp-report")
@machine
def csp_report() -> tuple[str, int]:
    """Take a browser's report of something that the content security policy stopped."""
    log.warning("content security policy violation: %s", request.get_data(as_text=True)[:2000].replace("\n", " "))
    return "", 204
