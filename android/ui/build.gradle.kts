// Screens and view models, and the Kotlin that uniffi writes from the core. The same sources are compiled for the
// desktop in `check/desktop`, which is where they were tested.
plugins {
    alias(libs.plugins.android.library)
    alias(libs.plugins.compose)
}

val top = rootDir.parentFile
val generated = layout.buildDirectory.dir("uniffi")

android {
    namespace = "org.alongside.ui"
    compileSdk = 36
    defaultConfig { minSdk = 26 }
    buildFeatures { compose = true }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    sourceSets.named("main") {
        // The words lie on the class path, as they do on a desktop; only the two files, not the library beside them.
        resources.srcDir(layout.buildDirectory.dir("words"))
        kotlin.srcDir(generated)
    }
}

/** Writes the Kotlin from the library itself, built for the machine that builds. */
val uniffi by tasks.registering(Exec::class) {
    inputs.dir(top.resolve("bindings/phones/src"))
    inputs.dir(top.resolve("core/src"))
    outputs.dir(generated)
    workingDir = top
    val into = generated.get().asFile.path
    commandLine("cargo", "xtask", "bindings", "kotlin", into)
}

val words by tasks.registering(Copy::class) {
    from(top.resolve("bindings/phones")) { include("words/*.properties") }
    into(layout.buildDirectory.dir("words"))
}

tasks.named("preBuild") { dependsOn(uniffi, words) }

dependencies {
    api(libs.compose.ui)
    api(libs.compose.foundation)
    api(libs.compose.material3)
    api(libs.lifecycle.viewmodel)
    api(libs.coroutines.android)
    implementation(libs.jna) { artifact { type = "aar" } }
}
