from django.contrib import admin

from projects import services
from projects.models import Project
from support.admin import CatalogueAdmin


@admin.register(Project)
class ProjectAdmin(CatalogueAdmin):
    index = staticmethod(services.index_projects)
