from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("absences", "0008_round_remembers")]

    operations = [
        migrations.RemoveIndex(model_name="alert", name="alert_open"),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                fields=["due_on", "school"], condition=models.Q(state="open"), name="alert_due"
            ),
        ),
    ]
