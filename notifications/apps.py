from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Ilmoitukset"

    def ready(self) -> None:
        from notifications.actions import register  # noqa: PLC0415
        from notifications.links import personal_link  # noqa: PLC0415
        from notifications.models import Kind  # noqa: PLC0415

        register(Kind.LINK, personal_link)
        register(Kind.ALERT_FOR_GUARDIAN, personal_link)
