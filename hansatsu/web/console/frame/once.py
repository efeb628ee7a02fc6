"""A form that does its act once, however often it is sent."""

from django import forms

from hansatsu.flows.payments.poster_intents import new_key, own_key
from hansatsu.parties.issuers.deeds import Deed
from hansatsu.web.console.frame.access import Clerk
from hansatsu.web.console.frame.asking import ReasonForm


class OnceForm(ReasonForm):
    """A reason, and the key under which the act is done once, made when the form is shown."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64, initial=new_key)

    def deed(self, clerk: Clerk) -> Deed:
        """Who does it, and why."""
        return Deed(clerk.actor, self.cleaned_data["reason"])

    def own_key(self) -> str:
        """The key that came back with the form."""
        return own_key(self.cleaned_data["key"])
