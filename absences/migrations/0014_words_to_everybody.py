from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("absences", "0013_part_without_lease")]

    operations = [
        migrations.RemoveConstraint("familywords", "family_words_once"),
        migrations.RenameModel("FamilyWords", "StepWords"),
        migrations.AddField(
            "stepwords",
            "audience",
            models.CharField(
                choices=[
                    ("guardian", "huoltaja"),
                    ("class_teacher", "se, jonka vuoro on vastata"),
                    ("special_teacher", "erityisopettaja"),
                    ("principal", "rehtori"),
                    ("welfare", "opiskeluhuollon työntekijä"),
                    ("deputy", "sijainen, kun vastaaja on poissa"),
                    ("above", "se, jolle kerrotaan, kun kukaan ei ole vastannut"),
                ],
                default="guardian",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "stepwords",
            "step_slug",
            models.SlugField(
                blank=True, default="", help_text="Empty: all that ask this.", max_length=40
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "stepwords",
            models.UniqueConstraint(
                fields=("asks", "step_slug", "audience", "language"), name="step_words_once"
            ),
        ),
    ]
