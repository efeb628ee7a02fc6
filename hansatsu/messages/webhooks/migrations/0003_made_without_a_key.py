from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_same_issuer")]

    operations = [
        migrations.RemoveConstraint(model_name="endpoint", name="webhook_endpoint_made_once"),
        migrations.AlterField(
            model_name="endpoint",
            name="made_key",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddConstraint(
            model_name="endpoint",
            constraint=models.UniqueConstraint(
                condition=~models.Q(made_key=""),
                fields=["made_by", "made_key"],
                name="webhook_endpoint_made_once",
            ),
        ),
    ]
