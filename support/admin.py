"""Reference texts that the coordinator may correct by hand."""

from django.contrib import admin

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


class ItemInline(admin.TabularInline[ChecklistItem, Checklist]):
    model = ChecklistItem
    extra = 0
    fields = ("order", "branch", "text", "help")


@admin.register(Checklist)
class ChecklistAdmin(admin.ModelAdmin[Checklist]):
    inlines = (ItemInline,)


@admin.register(Measure)
class MeasureAdmin(admin.ModelAdmin[Measure]):
    list_display = ("name", "branch", "level", "setup_minutes")
    list_filter = ("branch", "level")
    search_fields = ("name", "teacher_summary")


admin.site.register([Branch, Need, QualityCard, Indicator, QualityValue, QualityPromise])
