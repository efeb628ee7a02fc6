"""One kind of record in a timeline, and how such kinds become one query."""

from collections.abc import Sequence
from dataclasses import dataclass

BIG = "lpad({}::text, 20, '0')"
"""A number as text that sorts as the number does."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows of one source. All parts are SQL; parameters are named.

    Attributes:
        source: what the rows are called, and what sorts those of the same moment.
        rows: from what, with its ``where``.
        at: the moment.
        key: text that tells rows of one moment apart.
        kind: what happened.
        actor: who did it, as the ledger and the audit log name them; null when nobody says.
        amount: yen, signed as for whose timeline it is; null when it is no amount.
        detail: a JSON object of what else tells it.
        below: what holds for rows after the cursor; by time and key when empty.
        order: newest first, as an index has it; by time and key when empty.
    """

    source: str
    rows: str
    at: str
    key: str
    kind: str
    actor: str = "null"
    amount: str = "null"
    detail: str = "'{}'"
    below: str = ""
    order: str = ""

    def sql(self) -> str:
        """The newest of these rows after the cursor."""
        below = self.below or (
            f"{self.at} <= %(at)s and ({self.at}, '{self.source}', {self.key})"
            " < (%(at)s, %(source)s, %(key)s)"
        )
        order = self.order or f"{self.at} desc, {self.key} desc"
        return f"""(
            select {self.at} as at, '{self.source}' as source, {self.key} as key,
                {self.kind}::text as kind, {self.actor}::text as actor,
                {self.amount}::bigint as amount, {self.detail}::jsonb as detail
            from {self.rows} and {below}
            order by {order} limit %(limit)s
        )"""  # noqa: S608 - all parts are constants of sources.py


def query(branches: Sequence[Branch]) -> str:
    """All branches as one query: the newest rows after the cursor, with the names of staff and
    terminals who acted."""
    parts = " union all ".join(branch.sql() for branch in branches)
    return f"""
        with row as materialized (
            select r.*, split_part(r.actor, ':', 1) as actor_kind,
                case when r.actor ~ '^[a-z]+:[0-9]{{1,9}}$'
                    then split_part(r.actor, ':', 2)::bigint end as actor_id
            from ({parts}) as r
            order by r.at desc, r.source desc, r.key desc limit %(limit)s
        )
        select r.at, r.source, r.key, r.kind, coalesce(r.actor, '') as actor,
            coalesce(s.display_name, t.name, '') as actor_name, r.amount, r.detail
        from row as r
        left join identity_staff as s
            on r.actor_kind = 'staff' and s.id = r.actor_id and s.issuer_id = %(issuer)s
        left join shops_terminal as t
            on r.actor_kind = 'terminal' and t.id = r.actor_id and t.issuer_id = %(issuer)s
        order by r.at desc, r.source desc, r.key desc
    """  # noqa: S608 - as above
