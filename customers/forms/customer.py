"""Who a customer is: made and changed by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.fields import DayInput, MoneyField
from crmquality.office.models import Member, Organisation
from customers.models import Customer

OTHERS = {"parent_code": "parent", "referrer_code": "referred_by"}


class CustomerForm(forms.ModelForm):
    """Money in the organisation's currency; other customers by their code, among those one sees."""

    parent_code = forms.CharField(label=gettext_lazy("Code of the parent company"), max_length=50, required=False)
    referrer_code = forms.CharField(
        label=gettext_lazy("Code of the customer who referred it"), max_length=50, required=False
    )
    receivable = MoneyField(label=gettext_lazy("Amount owed"), required=False)
    overdue = MoneyField(label=gettext_lazy("Of it overdue"), required=False)

    class Meta:
        model = Customer
        fields = [
            "code", "name", "kind", "status", "segment", "tier", "stage", "industry", "region", "owner",
            "phone", "email", "acquired_on", "acquisition_channel", "credit_grade", "receivable", "overdue",
        ]  # fmt: skip
        widgets = {"acquired_on": DayInput}

    def __init__(self, data: Any = None, *, member: Member, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.member = member
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
            if isinstance(field, MoneyField):
                field.currency = field.help_text = Organisation.load().currency
        people = Member.objects.filter(is_active=True).exclude(role="")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        if self.instance.pk is None:
            self.initial.setdefault("owner", member.pk)
        for name, relation in OTHERS.items():
            other = getattr(self.instance, relation)
            self.initial[name] = other.code if other else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, relation in OTHERS.items():
            setattr(self.instance, relation, self._other(name))
        if (data.get("overdue") or 0) > (data.get("receivable") or 0):
            self.add_error("overdue", _("More cannot be overdue than is owed."))
        return data

    def _other(self, name: str) -> Customer | None:
        code = (self.cleaned_data.get(name) or "").strip()
        if not code:
            return None
        other = Customer.objects.visible_to(self.member).filter(code=code).first()
        if other is None:
            self.add_error(name, _("There is no customer with the code %(code)s.") % {"code": code})
        elif other.pk == self.instance.pk:
            self.add_error(name, _("A customer cannot be this to itself."))
        return other
