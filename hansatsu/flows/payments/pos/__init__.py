"""What tills do over the API: pay, settle, refund, look, ask a card's balance, practise.

Paying is asynchronous and gathers what many tills ask (``desk``); everything else is rare and
plain Django.
"""
