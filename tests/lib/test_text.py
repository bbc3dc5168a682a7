"""Lists of names are read with the reader's comma."""

from django.template import Context, Template

from crmquality.lib.text import enumerated


def test_a_list_of_names_has_a_comma_between_each_and_nothing_for_none():
    assert enumerated(["a", 2, "c"]) == "a, 2, c"
    assert enumerated([]) == ""


def test_a_template_lists_names_and_lets_no_markup_in():
    page = Template("{% load faces %}{{ names|enumerated }}")
    assert page.render(Context({"names": ["Wang & Co", "<b>"]})) == "Wang &amp; Co, &lt;b&gt;"
