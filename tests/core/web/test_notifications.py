"""The bell in the browser: a number on every page, a list, a way to what happened."""

from __future__ import annotations

import re
from decimal import Decimal

from dealwright.deals import service as deals
from dealwright.factory import job_kinds
from dealwright.jobs.performing import run_until_idle
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.workspaces import Workspace, Workspaces
from tests.conftest import Actors, Browse


def test_bell_counts_lists_opens_and_forgets(workspaces: Workspaces, workspace: Workspace, actors: Actors, browse: Browse) -> None:
    owner, admin = actors["rep_a1"], actors["admin"]
    ids = []
    for title in ("<b>Shelves</b>", "Lamps"):
        deal = deals.create_deal(owner, title=title, amount=Decimal(10))
        with acting(Caller(workspace, admin)):
            deals.win_deal(admin, deal.id, version=deal.version)
        ids.append(deal.id)
    run_until_idle(workspaces, job_kinds(), names=[workspace.name])
    client = browse(owner)
    shown = client.get("/notifications").text
    assert "2 unread notifications" in shown
    assert "&lt;b&gt;Shelves&lt;/b&gt;" in shown
    assert "2 unread notifications" not in browse(admin).get("/deals").text
    first = re.findall(r"/notifications/(\d+)/open", shown)[0]
    answer = client.post(f"/notifications/{first}/open")
    assert answer.headers["Location"] == f"/deals/{ids[1]}"
    assert "1 unread notification" in client.get("/deals").text
    assert client.post("/notifications/read", data={"up_to": first}).status_code == 302
    assert "unread notification" not in client.get("/deals").text
