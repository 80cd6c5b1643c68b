// The Android app as Android Studio opens it: app, ui, platform. `check` is Maven's and no part of this build.
// Written with care and never run where it was made: see docs/platforms.md.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositoriesMode.set(RepositoriesMode.FAIL_ON_PROJECT_REPOS)
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "alongside"
include(":app", ":ui", ":platform")
