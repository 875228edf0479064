import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("absences", "0011_returned"),
        ("schools", "0004_enrolment_begins"),
    ]

    operations = [
        migrations.AddField(
            model_name="modeltrial",
            name="school",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="schools.school",
            ),
        ),
    ]
