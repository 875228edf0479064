from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_erasedpupil")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["begins"], name="enrolment_begins"),
        ),
    ]
