"""Finds words for people that no catalogue knows: in templates, and where the code refuses."""

import ast
import re
from html.parser import HTMLParser

from jinja2 import Environment, nodes

SHOWN_ATTRIBUTES = {
    "title",
    "alt",
    "aria-label",
    "placeholder",
    "data-confirm",
    "data-needed",
    "data-step",
}
FOR_WHOEVER_RUNS_IT = {
    "CarrierOutOfReach",
    "ClickException",
    "LookupError",
    "RuntimeError",
    "SettingsError",
    "TypeError",
    "UnfitDatabase",
    "ValueError",
    "RenderError",
    "WrongTimeZones",
}
GETTEXT = {"_", "gettext", "ngettext"}
# What an expression stands for, where its value is no words of ours.
VALUE = "\ufffc"
WORD = re.compile(r"[^\W\d_]{2,}")
PROSE = re.compile(r"[^\W\d_]{2,}[,.:;!?]? +[^\W\d_]+|^[A-Z][^\W\d_]+[.!?:]?$")
SENTENCE = re.compile(r"[A-Z][^\W\d_]*[,.:;]? +[^\W\d_]")
PHRASE = re.compile(r"[^\W\d_]{2,}[,.:;!?]? +[^\W\d_]")
SQL = re.compile(r"\b(AND|BEGIN|IN|IS|SELECT)\b")
LABEL = re.compile(r"[A-Z][^\W\dA-Z_]+[.!?]?$")
LOGGED = {"debug", "info", "warning", "error", "exception"}
# What is given to these is a pattern, a list of words to know texts by, or in the catalogue.
SAYS_NOTHING = {"CarrierError", "compile", "text", "vocabulary"}
ATTRIBUTE = re.compile(r'[a-z-]+="[^"]*"')

_environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
_environment.policies["ext.i18n.trimmed"] = True


def in_template(source, *, names=frozenset()):
    """Return the words of a template that are not marked; `names` are words that stay as they are.

    Text between tags and in the attributes that people meet counts, and so does every string of
    an expression that reads like words.
    """
    tree = _environment.parse(source)
    page = _Page()
    page.feed("".join(_as_html(tree, apart=tree.find(nodes.Extends) is not None)))
    page.close()
    found = [*page.words, *(word for word in _strings(tree) if PROSE.search(word))]
    return [word for word in found if WORD.search(word) and word not in names]


def in_code(source):
    """Return the words that code raises or flashes, instead of a code or of marked words.

    What is raised to developers and to whoever runs the system is theirs to read, in English.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            if _name(node.exc.func) in FOR_WHOEVER_RUNS_IT:
                continue
            given = [*node.exc.args, *(one.value for one in node.exc.keywords)]
        elif isinstance(node, ast.Call) and _name(node.func) == "flash":
            given = node.args
        else:
            continue
        found += [words for one in given for words in _literals(one) if PROSE.search(words)]
    return found


def in_website(source):
    """Return what reads like a sentence or a label in the website's code, and is not marked.

    A sentence has a capital letter and several words; a word of a table counts by itself.
    """
    tree = ast.parse(source)
    left_alone = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_alone.add(node.value)
        if isinstance(node, ast.Call) and _name(node.func) in {*GETTEXT, "marked", *LOGGED}:
            left_alone.update(ast.walk(node))
    tables = {one for node in ast.walk(tree) for one in _table_words(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in left_alone
        and (SENTENCE.match(node.value) or (node in tables and LABEL.match(node.value)))
    ]


def in_rules(source):
    """Return what reads like words in code that is none of the website's, and so carries codes.

    A phrase has two words or more. What a log, a developer or whoever runs the system reads is
    in English and theirs.
    """
    tree = ast.parse(source)
    left_alone = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_alone.add(node.value)
        elif isinstance(node, ast.Assert) and node.msg is not None:
            left_alone.update(ast.walk(node.msg))
        elif isinstance(node, ast.Call):
            name = _name(node.func)
            if name in {*LOGGED, *FOR_WHOEVER_RUNS_IT, *SAYS_NOTHING, "__init__"}:
                left_alone.update(ast.walk(node))
            elif name == "split":
                left_alone.update(ast.walk(node.func))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in left_alone
        and PHRASE.search(node.value)
        and not SQL.search(node.value)
    ]


class _Page(HTMLParser):
    """Gathers text between tags and in attributes; scripts and styles say nothing."""

    def __init__(self):
        super().__init__()
        self.words = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in {"script", "style"}
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES and value and WORD.search(value.replace(VALUE, "")):
                self.words.append(value)

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data):
        text = " ".join(ATTRIBUTE.sub("", data.replace(VALUE, " ")).split())
        if not self.silent and WORD.search(text):
            self.words.append(text)


def _as_html(node, *, apart):
    """Yield a template's text as it stands, with a mark for each value.

    Blocks that fill those of another template stand apart from each other.
    """
    for part in node.iter_child_nodes():
        if isinstance(part, nodes.TemplateData):
            yield part.data
        elif isinstance(part, nodes.Expr):
            yield VALUE
        else:
            yield "<hr>" if apart and isinstance(part, nodes.Block) else ""
            yield from _as_html(part, apart=apart)


def _strings(node):
    """Yield the strings of a template's expressions that are not marked."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in GETTEXT:
        for value in node.kwargs:
            yield from _strings(value)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for part in node.iter_child_nodes():
        yield from _strings(part)


def _literals(node):
    """Yield the strings that an expression is made of, marked ones aside."""
    if isinstance(node, ast.Call) and _name(node.func) in {*GETTEXT, "marked"}:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for part in ast.iter_child_nodes(node):
        yield from _literals(part)


def _table_words(node):
    """Yield what a table holds: its values, also in pairs and triples."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from value.elts if isinstance(value, ast.Tuple) else [value]


def _name(function):
    return getattr(function, "id", getattr(function, "attr", ""))
