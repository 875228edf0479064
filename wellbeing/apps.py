from django.apps import AppConfig


class WellbeingConfig(AppConfig):
    name = "wellbeing"
    verbose_name = "Toiveet"

    def ready(self) -> None:
        from wellbeing import checks  # noqa: F401, PLC0415
