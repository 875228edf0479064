"""Reference texts that the administrator may correct by hand. What exists is the pack's affair."""

from typing import Any, ClassVar

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
from support.texts import LinesField


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
