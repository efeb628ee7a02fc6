"""The worker's jobs for what the ledger's clock brings about, and for what is told of it.
procrastinate finds this module by its name.

Expiry stands here, for the ledger knows no Django, nor its queue.
"""

from hansatsu.database.clock_jobs import periodic
from hansatsu.database.connections import ledger_connection
from hansatsu.ledger import api as ledger
from hansatsu.messages.relay.clock_watch import tell_of_clock
from hansatsu.messages.relay.disabled_webhooks import tell_of_disabled
from hansatsu.system.awake import awake


@periodic("expire_due")
def expire_due() -> None:
    """Book value that has reached its expiry as 失効, every minute. Spending it was impossible
    from that second on; this is for the books and the mail. A clock that has jumped ends it."""
    while ledger.expire_due(ledger_connection(), awake=awake()):
        pass


@periodic("watch_clock")
def watch_clock() -> None:
    """Tell of a clock that jumped ahead, and of wallets that it has touched."""
    tell_of_clock()


@periodic("tell_of_disabled_webhooks", lock="tell_of_disabled")
def tell_of_disabled_webhooks() -> None:
    """Write to those whose webhook endpoints were disabled."""
    tell_of_disabled()
