"""Catalogues are extracted from code and templates as Django will look them up."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract

from crmquality import translating
from crmquality.translating import KEYWORDS, extract_template


def found_in(template: str) -> list[object]:
    messages = extract(extract_template, BytesIO(template.encode()), keywords=KEYWORDS, comment_tags=["Translators:"])
    return [(context, message) if context else message for _line, message, _comments, context in messages]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('<p>{% translate "Score" %}</p>', ["Score"]),
        ('{% trans "Open" context "verb" %}', [("verb", "Open")]),
        ("{% blocktranslate trimmed %}\n  One\n  line\n{% endblocktranslate %}", ["One line"]),
        ("{% blocktranslate with n=x|length %}{{ n }} of 50 %{% endblocktranslate %}", ["%(n)s of 50 %%"]),
        (
            "{% blocktranslate count n=n %}{{ n }} order{% plural %}{{ n }} orders{% endblocktranslate %}",
            [("%(n)s order", "%(n)s orders")],
        ),
        ('{{ name|default:_("nobody") }}', ["nobody"]),
        ("  <b>\n <i>it's {# no comment #} a \"quote\" (\n</i>{% if x %}\n\t{% translate 'A' %}{% endif %}", ["A"]),
        ('{% comment %}{% translate "hidden" %}{% endcomment %}<p>客户</p>', []),
    ],
)
def test_templates_yield_what_django_looks_up(template: str, expected: list[object]) -> None:
    assert found_in(template) == expected


def test_code_is_searched_for_every_marker() -> None:
    code = b'_("a"); gettext_lazy("b"); ngettext("c", "d", n); N_("e"); pgettext_lazy("context", "f")'
    found = {(message, context) for _, message, _, context in extract("python", BytesIO(code), keywords=KEYWORDS)}
    assert found == {("a", None), ("b", None), (("c", "d"), None), ("e", None), ("f", "context")}


def catalogue(**strings: str) -> Catalog:
    made = Catalog(locale="zh_Hans")
    for key, value in strings.items():
        made.add(key, value)
    return made


def test_gaps_are_what_is_missing_empty_or_names_other_placeholders() -> None:
    found = catalogue(whole="", missing="", empty="")
    found.add("%(n)s orders", locations=[("customers/views.py", 0)])
    have = catalogue(whole="全部", empty="")
    have.add("%(n)s orders", "%(m)s 个订单")
    gaps = translating._gaps(found, have, "zh-hans")
    assert gaps.untranslated == ["'missing' ()", "'empty' ()"]
    assert gaps.broken == ["'%(n)s orders' (customers/views.py)"]


def test_catalogues_are_updated_and_compiled(tmp_path: Path, settings: object) -> None:
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "page.html"
    page.write_text('{% translate "Score" %}')
    translating.update_catalogues()
    po = translating.po_file("zh-hans")
    assert 'msgid "Score"' in po.read_text()
    po.write_text(po.read_text().replace('msgid "Score"\nmsgstr ""', 'msgid "Score"\nmsgstr "评分"'))
    page.write_text('{% translate "Score" %}{% translate "Band" %}')
    translating.update_catalogues()
    assert "评分" in po.read_text()
    simplified, traditional = translating.find_gaps()
    assert simplified.untranslated == ["'Band' (templates/page.html)"]
    assert len(traditional.untranslated) == 2
    translating.compile_catalogues()
    assert po.with_suffix(".mo").exists()
