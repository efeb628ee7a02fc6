"""A registration form, filled in."""

from hansatsu.parties.identity.models import Terms
from hansatsu.parties.issuers.models import Issuer

PASSWORD = "usagi-to-kame-42"

TYPED = {
    "login_id": "sakura",
    "family_name": "髙﨑",
    "given_name": "桜",
    "family_kana": "たかさき",
    "given_kana": "サクラ",
    "nickname": "",
    "birth_era": "showa",
    "birth_year": "29",
    "birth_month": "3",
    "birth_day": "5",
    "gender": "no_answer",
    "occupation": "retired",
    "postal_code": "３２３－００２３",
    "prefecture": "栃木県",
    "city": "小山市",
    "street": "中央町1-1-1",
    "building": "",
    "phone": "090-1234-5678",
    "news_mail": "yes",
}


def terms_of(issuer: Issuer) -> Terms:
    """The version that holds."""
    from hansatsu.flows.accounts.terms import current_terms

    return current_terms(issuer)
