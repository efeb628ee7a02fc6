"""Bodies as they are read: a field that stands twice is found in whatever is sent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansatsu.web.api.schemas import NewPayment, NewRefund, read_body

TWICE = [{"field": "", "message": "A field stands twice in an object."}]

texts = st.text('ab"\\é日', min_size=1, max_size=6)
payments = st.fixed_dictionaries(
    {"code": texts, "amount": st.integers(1, 999)},
    optional={"reference": st.none() | texts},
)
refunds = st.fixed_dictionaries(
    {}, optional={"amount": st.none() | st.integers(1, 999), "reason": st.just("") | texts}
)


@given(st.data(), st.booleans())
@pytest.mark.parametrize(("shape", "bodies"), [(NewPayment, payments), (NewRefund, refunds)])
def test_a_field_may_stand_once(
    shape: type, bodies: st.SearchStrategy[dict[str, Any]], data: st.DataObject, ascii_only: bool
) -> None:
    body = data.draw(bodies)
    again = data.draw(st.lists(st.sampled_from(sorted(body)), max_size=2) if body else st.just([]))
    members = [*body.items(), *((name, data.draw(bodies).get(name, body[name])) for name in again)]
    written = [
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=ascii_only)}"
        for name, value in data.draw(st.permutations(members))
    ]
    read = read_body(("{" + ", ".join(written) + "}").encode(), shape)
    assert read == (TWICE if again else shape(**body))


def test_an_unsent_default_hides_no_second_field() -> None:
    """Three amounts have as many quotes as one amount and a reason that was not sent."""
    assert read_body(b'{"amount": 1, "amount": 2, "amount": 3}', NewRefund) == TWICE
