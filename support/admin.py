"""Reference texts that the administrator may correct by hand. What exists is the pack's affair."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from support import services
from support.models import (
    Branch,
    Checklist,
    ChecklistItem,
    Indicator,
    Measure,
    Need,
    QualityCard,
    QualityPromise,
    QualityValue,
)


class LinesField(forms.CharField):
    """A list of sentences, one on each line."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        """A JSON column offers its coders; lines need none."""
        super().__init__(**{k: v for k, v in options.items() if k not in {"encoder", "decoder"}})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class CatalogueAdmin(admin.ModelAdmin[Any]):
    """Texts can be corrected, and the search follows. Rows come and go with the pack only."""

    exclude: ClassVar[tuple[str, ...]] = ("slug", "order", "pictogram")
    formfield_overrides = {models.JSONField: {"form_class": LinesField}}
    index = staticmethod(services.index_catalogue)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        self.index()


class ItemInline(admin.TabularInline[ChecklistItem, Checklist]):
    model = ChecklistItem
    extra = 0
    max_num = 0
    can_delete = False
    fields = ("branch", "text", "help")


@admin.register(Checklist)
class ChecklistAdmin(CatalogueAdmin):
    inlines = (ItemInline,)


@admin.register(Measure)
class MeasureAdmin(CatalogueAdmin):
    list_display = ("name", "branch", "level", "setup_minutes")
    list_filter = ("branch", "level")
    search_fields = ("name", "teacher_summary")


@admin.register(Indicator)
class IndicatorAdmin(CatalogueAdmin):
    exclude: ClassVar[tuple[str, ...]] = ("number",)


admin.site.register([Branch, Need, QualityCard, QualityValue, QualityPromise], CatalogueAdmin)
