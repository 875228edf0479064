from django.apps import AppConfig


class AbsencesConfig(AppConfig):
    name = "absences"
    verbose_name = "Poissaolot"

    def ready(self) -> None:
        from absences import notice_subjects  # noqa: PLC0415
        from absences.services.last_look import why_not  # noqa: PLC0415
        from notifications import guards  # noqa: PLC0415

        guards.register(why_not)
        notice_subjects.register()
