"""Whatever people read is in the catalogue: nothing is said that no translator has seen."""

import ast
import io
from pathlib import Path

import pytest
from babel.messages.pofile import write_po

from booking.kit.errors import Flaw, InvalidInput
from booking.web.sentences import SENTENCES, sentence
from launch import catalogue
from tests.contracts.prose import in_code, in_template, in_website

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if ROOT / "templates/messages" not in path.parents
]
CODE = [path for path in sorted((ROOT / "booking").rglob("*.py")) if "migrations" not in path.parts]
TO_MACHINES_AND_OPERATORS = {
    "booking/web/health.py",
    "booking/web/hooks/twilio.py",
    "booking/web/key_commands.py",
    "booking/web/user_commands.py",
    "booking/web/zone_commands.py",
}
WEBSITE = [
    path
    for path in sorted((ROOT / "booking/web").rglob("*.py"))
    if path.relative_to(ROOT).as_posix() not in TO_MACHINES_AND_OPERATORS
]
CLASSES = {"narrow", "staff-wide"}
"""Words of a template that are a style's: what `block width` is filled with."""
OWN_NAMES = {"English", "Español"}
"""What a language calls itself is the same on every page."""
A_ZONE = "Factory"
"""The zone database calls one of its zones so."""


def _name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_page_says_what_is_in_no_catalogue(page):
    assert in_template(page.read_text(), names=CLASSES | OWN_NAMES) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Please call us.</p>",
        "<p>Hello {{ name }}</p>",
        "{% if late %}Too late{% endif %}",
        "<img src='x' alt='A lupine in flower'>",
        '<a title="Read more" href="/">{{ name }}</a>',
        '<nav aria-label="Main"></nav>',
        '<input placeholder="Your name">',
        "{{ pieces.button_link(href, 'Go back') }}",
        "{{ 'Yes' if insured else '' }}",
        "{{ fields.text('day', 'Due on') }}",
        "<p>{{ _('Ready') }} and waiting</p>",
        "{{ _('%(what)s is here', what='The patient') }}",
        "<p>{{ number }} session{{ '' if number == 1 else 's' }}</p>",
    ],
)
def test_words_that_a_page_forgot_to_mark_are_found(planted):
    assert in_template(planted)


@pytest.mark.parametrize(
    "fine",
    [
        "<p>{{ _('Please call us.') }}</p>",
        "<p>{% trans name=name %}Hello {{ name }}{% endtrans %}</p>",
        "{% trans n=n %}{{ n }} session{% pluralize %}{{ n }} sessions{% endtrans %}",
        "<nav aria-label=\"{{ _('Main') }}\"></nav>",
        '<a class="button quiet" href="{{ url_for("pages.privacy") }}">{{ name }}</a>',
        "<p>{{ price }} · {{ place }}</p>",
        "<script>var words = 'these are not read';</script>",
    ],
)
def test_what_is_marked_and_what_nobody_reads_is_left_alone(fine):
    assert in_template(fine) == []


@pytest.mark.parametrize("code", CODE, ids=_name)
def test_no_code_raises_or_flashes_a_sentence(code):
    assert in_code(code.read_text()) == []


@pytest.mark.parametrize(
    "planted",
    [
        "raise NotFound('There is no such text.')",
        "raise CutOffPassed(f'Until {hours} hours before.')",
        "raise InvalidInput(words=Flaw('Write something first.'))",
        "flash('The alert is closed.')",
        "flash('Done now' if done else gettext('Not yet'))",
    ],
)
def test_a_sentence_that_code_raises_or_flashes_is_found(planted):
    assert in_code(planted)


@pytest.mark.parametrize(
    "fine",
    [
        "raise NotFound",
        "raise MoveNotAllowed('move_from_state', state=state, move=move)",
        "flash(gettext('The alert is closed.'))",
    ],
)
def test_codes_and_marked_words_are_left_alone(fine):
    assert in_code(fine) == []


@pytest.mark.parametrize("code", WEBSITE, ids=_name)
def test_no_label_and_no_sentence_of_the_website_is_in_no_catalogue(code):
    assert [
        words for words in in_website(code.read_text()) if words not in OWN_NAMES | {A_ZONE}
    ] == []


@pytest.mark.parametrize(
    "planted",
    [
        "WORDS = {State.DONE: 'Done'}",
        "TIERS = {Tier.RED: ('Emergency signs', 'Call the patient now.')}",
        "said = f'Due since {time}'",
        "return 'No session yet.'",
    ],
)
def test_a_label_that_nobody_marked_is_found(planted):
    assert in_website(planted)


@pytest.mark.parametrize(
    "fine",
    [
        "WORDS = {State.DONE: marked('Done')}",
        "log.warning('Nothing was kept')",
        "headers = {'Vary': 'accept'}",
        "def show():\n    'Show the page.'",
    ],
)
def test_marked_labels_and_what_a_log_says_are_left_alone(fine):
    assert in_website(fine) == []


def test_the_catalogue_is_what_the_pages_and_the_code_say():
    now = io.BytesIO()
    write_po(
        now,
        catalogue.gathered(),
        width=catalogue.WIDTH,
        omit_header=True,
        sort_by_file=True,
        include_lineno=False,
    )

    kept = (catalogue.TRANSLATIONS / catalogue.TEMPLATE).read_bytes()
    assert kept == now.getvalue(), "run `make catalogue`"


def test_every_flaw_of_a_form_has_a_sentence_and_no_sentence_is_left_over():
    said = _whys()

    assert said.flaws <= set(SENTENCES)
    assert set(SENTENCES) <= said.all


def test_a_refusal_of_a_form_says_what_is_wrong_with_each_field():
    wrong = InvalidInput(name=Flaw("name_missing"), email=Flaw("email_missing"))

    assert sentence(wrong) == "Please enter your name. Please enter your mail address."


class _Whys(ast.NodeVisitor):
    """Gathers the words that name a case: given to an error or a flaw, or returned as one."""

    def __init__(self):
        self.flaws = set()
        self.all = set()

    def visit_Call(self, node):
        first = node.args[0] if node.args else None
        if getattr(node.func, "id", "") == "Flaw" and isinstance(first, ast.Constant):
            self.flaws.add(first.value)
        self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.all.add(node.value)


def _whys():
    found = _Whys()
    for path in CODE:
        if path.name != "sentences.py":
            found.visit(ast.parse(path.read_text()))
    found.all |= {f"consent_needed_{kind}" for kind in ("treatment", "health_data", "sharing")}
    return found
