from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = "Tuki"

    def ready(self) -> None:
        from support import notice_subjects  # noqa: PLC0415

        notice_subjects.register()
