"""What browsers ask every site for unasked is there, under the site's own policy."""

from io import BytesIO

from django.test import Client
from PIL import Image


def test_the_mark_answers_at_the_root() -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    drawn = Image.open(BytesIO(answer.getvalue()))
    assert drawn.format == "ICO"
    assert drawn.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
