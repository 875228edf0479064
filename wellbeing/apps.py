from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    verbose_name = "Toiveet"

    def ready(self) -> None:
        from wellbeing import checks, notice_subjects  # noqa: F401, PLC0415

        notice_subjects.register()
