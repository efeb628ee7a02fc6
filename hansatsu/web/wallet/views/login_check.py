"""認証: パズル認証 (or work done by the browser), パスワード, ログイン状態を保存."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hansatsu.flows.accounts import challenges, login, one_time_password
from hansatsu.flows.accounts.challenges import Judgement, Shown
from hansatsu.flows.accounts.puzzle import NewPuzzle, new_puzzle
from hansatsu.parties.identity.known_browsers import tokens_of
from hansatsu.parties.identity.models import LogIn
from hansatsu.parties.identity.networks import address_of
from hansatsu.parties.identity.residents import ResidentCheck
from hansatsu.web.wallet.login_steps import arrive, at_log_in, to_code, wait_words
from hansatsu.web.wallet.show import show


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@at_log_in
def check(request: HttpRequest, log_in: LogIn) -> HttpResponse:
    """Ask for both; when they are right, mail the one-time password and go on."""
    if request.method != "POST":
        return _form(request, log_in)
    password = request.POST.get("password", "")
    if not password:
        return _form(request, log_in, password_error=_("パスワードを入力してください。"))
    judgement = challenges.judge(
        log_in, _shown(request), address_of(request), tokens=tokens_of(request)
    )
    if not judgement.is_enough:
        return _form(request, log_in, puzzle_error=_why_not_solved(judgement))
    checked = login.check_password(
        request.session,
        log_in,
        password,
        address=address_of(request),
        wants_saving=request.POST.get("save") == "yes",
        tokens=tokens_of(request),
    )
    if checked.resident is None:
        return _form(request, log_in, error=_why_not(checked))
    if login.link_serves(log_in):
        return arrive(request, log_in, by="link")
    sent = one_time_password.send(log_in, address_of(request), tokens=tokens_of(request))
    return to_code(log_in, sent)


@require_http_methods(["GET", "HEAD", "POST"])
@at_log_in
def puzzle(request: HttpRequest, log_in: LogIn) -> HttpResponse:
    """For the page's script: another puzzle, or whether one is solved. A solved one is exchanged
    for a proof, which goes with the password."""
    if request.method != "POST":
        return JsonResponse({"puzzle": _as_json(new_puzzle(log_in))})
    judgement = challenges.judge(
        log_in, _shown(request), address_of(request), tokens=tokens_of(request)
    )
    if judgement.is_enough:
        return JsonResponse(
            {"proof": challenges.give_proof(log_in), "words": _("パズルが合いました。")}
        )
    return JsonResponse(
        {"puzzle": _as_json(new_puzzle(log_in)), "words": _why_not_solved(judgement)}
    )


@require_safe
@at_log_in
def work(request: HttpRequest, log_in: LogIn) -> HttpResponse:
    """A challenge for ALTCHA's widget."""
    return JsonResponse(challenges.new_work(log_in))


def _form(
    request: HttpRequest,
    log_in: LogIn,
    *,
    error: str = "",
    password_error: str = "",
    puzzle_error: str = "",
) -> HttpResponse:
    return show(
        request,
        log_in.issuer,
        "login_check",
        status=422 if error or password_error or puzzle_error else 200,
        log_in=log_in,
        puzzle=new_puzzle(log_in),
        error=error or password_error or puzzle_error,
        password_error=password_error,
        puzzle_error=puzzle_error,
        is_saved=request.POST.get("save") == "yes",
    )


def _shown(request: HttpRequest) -> Shown:
    sent = request.POST
    return Shown(
        proof=sent.get("proof", ""),
        work=sent.get("altcha", ""),
        puzzle_key=sent.get("puzzle", ""),
        position=sent.get("position", ""),
    )


def _as_json(made: NewPuzzle) -> dict[str, str]:
    return {"key": made.key, "picture": made.drawn.picture, "piece": made.drawn.piece}


def _why_not_solved(judgement: Judgement) -> str:
    if judgement.wait_seconds:
        return wait_words(judgement.wait_seconds)
    return _("パズルが合わないか、時間が過ぎました。新しいパズルでもう一度お試しください。")


def _why_not(checked: ResidentCheck) -> str:
    if checked.outcome == "wait":
        return wait_words(checked.wait_seconds)
    return _("ログインIDまたはパスワードが違います。もう一度ご確認ください。")
