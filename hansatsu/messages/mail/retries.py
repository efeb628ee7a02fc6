"""When to try again what a mail server did not take."""

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

FIRST_WAIT = 2
LONGEST_WAIT = 300
"""Seconds."""


def wait_seconds(attempts: int) -> int:
    """How long to wait after so many tries: doubling, up to the longest."""
    return int(min(FIRST_WAIT * 2 ** min(attempts, 20), LONGEST_WAIT))


class Forever(BaseRetryStrategy):
    """Try again without end: a mail is late when its server is down, never lost."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """Again, after a wait that grows."""
        return RetryDecision(retry_in={"seconds": wait_seconds(job.attempts)})
