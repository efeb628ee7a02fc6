"""パズル認証: where the piece belongs."""

from django.db import models

from hansatsu.parties.identity.models.log_in import LogIn


class Puzzle(models.Model):
    """A slide puzzle of one log-in. Any answer, right or wrong, deletes the row."""

    key = models.CharField(max_length=43, unique=True, help_text="What the browser calls it.")
    log_in = models.ForeignKey(LogIn, on_delete=models.CASCADE, related_name="puzzles")
    target = models.PositiveSmallIntegerField(help_text="The piece's left edge, in pixels of 320.")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="puzzle_age")]

    def __str__(self) -> str:
        return f"puzzle {self.pk}"
