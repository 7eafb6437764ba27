"""Links between records of any kind."""

from __future__ import annotations

from sqlalchemy import func, select

from dealwright.kernel.workspaces import Workspace
from dealwright.records.links import Link, Ref, link, linked, linking, unlink, unlink_all

DEAL, FILE, NOTE = Ref("deal", 7), Ref("file", 1), Ref("note", 2)


def test_a_link_made_twice_is_one_link_and_is_read_from_both_ends(workspace: Workspace) -> None:
    with workspace.write() as s:
        for _repeat in range(2):
            link(s, FILE, DEAL, role="attached")
        link(s, NOTE, DEAL)
    with workspace.read() as s:
        assert linked(s, FILE) == [DEAL]
        assert linking(s, DEAL) == [FILE, NOTE]
        assert linking(s, DEAL, kind="note") == [NOTE]
        assert linking(s, DEAL, role="attached") == [FILE]
        assert linked(s, DEAL) == []


def test_a_deleted_record_leaves_no_link_behind(workspace: Workspace) -> None:
    with workspace.write() as s:
        link(s, FILE, DEAL)
        link(s, DEAL, NOTE)
        link(s, FILE, NOTE)
        unlink_all(s, "deal", 7)
        assert s.scalar(select(func.count()).select_from(Link)) == 1
        unlink(s, FILE, NOTE)
        assert s.scalar(select(func.count()).select_from(Link)) == 0
