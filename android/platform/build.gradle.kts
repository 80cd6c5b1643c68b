// Android's own parts behind the interfaces that `ui` declares. Tested on Robolectric in `check/robolectric`.
plugins {
    alias(libs.plugins.android.library)
}

android {
    namespace = "org.alongside.platform"
    compileSdk = 36
    defaultConfig { minSdk = 26 }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

dependencies {
    api(project(":ui"))
    implementation(libs.zxing)
    implementation(libs.jna) { artifact { type = "aar" } }
}
