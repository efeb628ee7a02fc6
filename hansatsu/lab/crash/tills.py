"""Tills that pay, refund, cancel and charge cards over HTTP, and do not give up."""

import http.client
import json
import random
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

from hansatsu.lab.crash.journal import Cancelled, Charge, Journal, Payment, Refund

PATIENCE = 10.0
"""Seconds for one answer."""

PAUSE = 0.1
CARD = 3_000
"""Yen of a new card."""


class Over(Exception):  # noqa: N818 - no error: time is up
    """No answer came, and nobody waits for one any more."""


@dataclass(slots=True)
class Till:
    """One terminal with its key. ``run`` works until ``stop``, and then until its last request
    is answered or ``patience_ends``."""

    port: int
    key: str
    actor: str
    journal: Journal
    stop: threading.Event
    patience_ends: float

    def run(self) -> None:
        """Buy, again and again, with cards and pay codes in turns."""
        try:
            while not self.stop.is_set():
                code = self._charge()
                for _ in range(random.randint(2, 6)):  # noqa: S311 - not a secret
                    if code and not self.stop.is_set():
                        self._buy(code, random.randint(1, 900))  # noqa: S311
                practice = self._ask("POST", "/sandbox/codes", {"scenario": "ok"})[1].get("code")
                if practice:
                    self._buy(practice, random.randint(1, 900))  # noqa: S311
        except Over:
            return

    def _charge(self) -> str:
        """A new card with value. Making one has no key: an answer that is lost is one card more
        that nobody has."""
        asked = {"scenario": "card_ok", "balance": CARD}
        status, found = self._ask("POST", "/sandbox/codes", asked)
        if status != 201:
            self.journal.refuse(found.get("code", str(status)))
            return ""
        code = str(found["code"])
        self.journal.keep(lambda journal: journal.charges.append(Charge(code, CARD)))
        return code

    def _buy(self, code: str, amount: int) -> None:
        key, purchase = secrets.token_hex(12), secrets.token_hex(12)
        body = {"code": code, "amount": amount, "reference": purchase}
        chance = random.random()  # noqa: S311
        if chance < 0.1:
            self._give_up(key, body)
            return
        number = self._pay(key, body)
        if number and chance < 0.2:
            again = self._pay(key, body, known=True)
            if again != number:
                self.journal.keep(_contradict)
        elif number and chance < 0.5:
            self._refund(number, amount)

    def _pay(self, key: str, body: dict[str, Any], *, known: bool = False) -> str:
        status, found = self._ask("POST", "/payments", body, key)
        if status != 201:
            self.journal.refuse(found.get("code", str(status)))
            return ""
        payment = Payment(self.actor, key, found["id"], found["amount"], body["reference"])
        if not known:
            self.journal.keep(lambda journal: journal.payments.append(payment))
        return payment.number

    def _refund(self, number: str, amount: int) -> None:
        part = random.randint(1, amount)  # noqa: S311
        path, key = f"/payments/{number}/refunds", secrets.token_hex(12)
        status, found = self._ask("POST", path, {"amount": part}, key)
        if status != 201:
            self.journal.refuse(found.get("code", str(status)))
            return
        refund = Refund(found["id"], number, found["amount"])
        self.journal.keep(lambda journal: journal.refunds.append(refund))

    def _give_up(self, key: str, body: dict[str, Any]) -> None:
        """Pay without waiting for the answer, and settle it."""
        racing = threading.Thread(target=self._once, args=("POST", "/payments", body, key))
        racing.start()
        status, found = self._ask("POST", "/payments/cancellations", {"idempotency_key": key})
        racing.join()
        if status == 200 and found["status"] == "cancelled":
            kept = Cancelled(self.actor, key)
            self.journal.keep(lambda journal: journal.cancelled.append(kept))
        elif status == 200:
            paid, back = found["payment"], found["refund"]
            payment = Payment(self.actor, key, paid["id"], paid["amount"], body["reference"])
            refund = Refund(back["id"], paid["id"], back["amount"])

            def keep(journal: Journal) -> None:
                journal.payments.append(payment)
                journal.refunds.append(refund)

            self.journal.keep(keep)
        else:
            self.journal.refuse(found.get("code", str(status)))

    def _ask(
        self, method: str, path: str, body: dict[str, Any], key: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Ask until there is an answer that says what has become of it.

        Raises:
            Over: when there was none until patience ended.
        """
        while True:
            answer = self._once(method, path, body, key)
            if answer is not None and answer[0] not in (429, 503):
                return answer
            if time.monotonic() > self.patience_ends:
                raise Over
            self.journal.retry()
            time.sleep(PAUSE)

    def _once(
        self, method: str, path: str, body: dict[str, Any], key: str = ""
    ) -> tuple[int, dict[str, Any]] | None:
        """One request; None when the connection was lost."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()


def _contradict(journal: Journal) -> None:
    journal.contradictions += 1
