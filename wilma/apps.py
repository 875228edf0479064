from django.apps import AppConfig


class WilmaConfig(AppConfig):
    name = "wilma"
    verbose_name = "Tuonti"

    def ready(self) -> None:
        from wilma import notice_subjects  # noqa: PLC0415

        notice_subjects.register()
