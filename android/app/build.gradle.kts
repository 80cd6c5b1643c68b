// The app: one activity, the manifest, and the Rust library for each kind of processor, one small file for each.
// Never run where it was made. It needs the Android SDK, the NDK, `cargo install cargo-ndk` and
// `rustup target add aarch64-linux-android armv7-linux-androideabi x86_64-linux-android`.
plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.compose)
}

val top = rootDir.parentFile
val libraries = layout.buildDirectory.dir("rust")
val processors = listOf("arm64-v8a", "armeabi-v7a", "x86_64")

android {
    namespace = "org.alongside.app"
    compileSdk = 36

    defaultConfig {
        applicationId = "org.alongside.app"
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "0.1"
    }

    buildFeatures { compose = true }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "proguard-rules.pro")
        }
    }

    // A phone downloads the library of its own processor and no other.
    splits {
        abi {
            isEnable = true
            reset()
            include(*processors.toTypedArray())
            isUniversalApk = false
        }
    }

    sourceSets.named("main") { jniLibs.srcDir(libraries) }
    androidResources { generateLocaleConfig = false }
    // Where Google's services are not used, nothing of the app's parts has to be told to a shop either.
    dependenciesInfo {
        includeInApk = false
        includeInBundle = false
    }
}

/** The core for each processor. Always asked: cargo itself knows what is new. */
val rust by tasks.registering(Exec::class) {
    outputs.dir(libraries)
    outputs.upToDateWhen { false }
    workingDir = top
    val into = libraries.get().asFile.path
    commandLine(
        listOf("cargo", "ndk", "--platform", "26", "--output-dir", into) + processors.flatMap { listOf("--target", it) } +
            // One kind of library alone: only then is all of it optimised as one. What is alike in it is kept once, and
            // the addresses to be set on loading are packed (Android 6 and later read them so).
            listOf("rustc", "--profile", "phone", "--package", "alongside-phones", "--lib", "--crate-type", "cdylib", "--") +
            listOf("-Clink-arg=-Wl,--icf=all", "-Clink-arg=-Wl,--pack-dyn-relocs=android"),
    )
}

tasks.named("preBuild") { dependsOn(rust) }

dependencies {
    implementation(project(":platform"))
    implementation(libs.activity.compose)
}
