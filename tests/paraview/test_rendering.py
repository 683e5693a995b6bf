# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The Neural Volume representation against ParaView's own Volume of the decoded array."""

import time

import numpy as np
import scene
from paraview import simple
from scene import both_pictures

ALIKE = 0.97


def add_cone(view, source, shift, opacity=1.0):
    """A cone, shifted from the volume's middle towards the camera by so many of its radii."""
    low, high = np.reshape(source.GetDataInformation().GetBounds(), (3, 2)).T
    middle, radius = (low + high) / 2, np.linalg.norm(high - low) / 2
    towards = np.array(view.CameraPosition) - middle
    cone = simple.Cone(Resolution=40, Height=radius / 1.5, Radius=radius / 3)
    cone.Center = list(middle + shift * radius * towards / np.linalg.norm(towards))
    display = simple.Show(cone, view)
    display.DiffuseColor = [0.2, 0.9, 0.3]
    display.Opacity = opacity
    return cone


def test_looks_like_paraviews_volume(model_path):
    scene.require_alike(*both_pictures(model_path), ALIKE)


def test_parallel_projection(model_path):
    options = {"CameraParallelProjection": 1}
    scene.require_alike(*both_pictures(model_path, view_options=options), ALIKE)


def test_vector_components_of_cell_data(vector_model_path):
    for component in ("X", "Y", "Z", "Magnitude"):
        scene.require_alike(*both_pictures(vector_model_path, component=component), 0.95)


def test_opacity_unit_distance(model_path):
    for unit_distance in (0.5, 8.0):
        pictures = both_pictures(model_path, ScalarOpacityUnitDistance=unit_distance)
        scene.require_alike(*pictures, ALIKE)


def test_actor_transform(model_path):
    pictures = both_pictures(
        model_path,
        Position=[3.0, -4.0, 5.0],
        Scale=[0.5, 0.8, 0.7],
        Orientation=[20.0, 35.0, -50.0],
    )
    scene.require_alike(*pictures, ALIKE)


def test_cropping(model_path):
    pictures = both_pictures(
        model_path, UseCropping=1, CroppingOrigin=[4.0, 0.0, 10.0], CroppingScale=[0.5, 0.7, 0.8]
    )
    scene.require_alike(*pictures, ALIKE)
    whole = both_pictures(model_path)[1]
    assert np.abs(pictures[1] - whole).max() > 0.1


def test_opaque_geometry(model_path):
    in_front, inside, behind = 1.2, 0.0, -0.4
    for shift in (in_front, inside, behind):
        pictures = both_pictures(
            model_path, lambda view, source, shift=shift: add_cone(view, source, shift)
        )
        scene.require_alike(*pictures, ALIKE)


def test_geometry_in_front_hides_the_volume(model_path):
    view = scene.new_view(UseFXAA=0, MultiSamples=0)
    source = simple.OpenDataFile(model_path)
    display = scene.show_volume(source, view, "Neural Volume")
    scene.aim(view, source.GetDataInformation().GetBounds())
    add_cone(view, source, shift=1.2)
    both = scene.picture(view)
    display.ScalarOpacityUnitDistance = 1e9  # transparent, and the camera's near and far plane stay
    cone = scene.picture(view)
    covered = np.abs(cone - view.Background).max(axis=-1) > 0.05
    assert covered.sum() > 500
    np.testing.assert_array_equal(both[covered], cone[covered])
    assert np.abs(both - cone).max() > 0.1, "the volume is not seen beside the cone"


def test_antialiasing_and_passes(model_path):
    for options in ({"UseFXAA": 1}, {"UseFXAA": 0, "MultiSamples": 8}, {"UseAmbientOcclusion": 1}):
        pictures = both_pictures(
            model_path, lambda view, source: add_cone(view, source, 0.0), view_options=options
        )
        scene.require_alike(*pictures, 0.95)


def test_tiled_screenshot(model_path):
    """A screenshot larger than the window is put together from tiles, without seams."""
    source = simple.OpenDataFile(model_path)
    pictures = []
    for size in (600, 200):
        view = scene.new_view(size)
        scene.show_volume(source, view, "Neural Volume")
        scene.aim(view, source.GetDataInformation().GetBounds())
        pictures.append(scene.picture(view, 600))
    scene.require_alike(*pictures, 0.99)
    assert np.abs(pictures[0] - pictures[1]).max() < 0.1


def test_transparent_background(model_path):
    source = simple.OpenDataFile(model_path)
    view = scene.new_view(background=(0.0, 0.0, 0.0))
    scene.show_volume(source, view, "Neural Volume")
    scene.aim(view, source.GetDataInformation().GetBounds())
    on_black = scene.picture(view)
    transparent = scene.picture(view, TransparentBackground=1)
    assert transparent[0, 0, 3] == 0.0
    assert transparent[..., 3].max() > 0.5
    scene.require_alike(on_black, transparent[..., :3] * transparent[..., 3:], 0.98)


def test_several_views(model_path):
    source = simple.OpenDataFile(model_path)
    pictures = []
    for _ in range(2):
        view = scene.new_view()
        scene.show_volume(source, view, "Neural Volume")
        scene.aim(view, source.GetDataInformation().GetBounds())
        pictures.append(scene.picture(view))
    np.testing.assert_array_equal(*pictures)


def test_each_eye_sees_volume_and_surface_at_one_place(model_path):
    """An opaque part of the volume covers what its contour covers, in stereo, too."""
    reader = simple.OpenDataFile(model_path)
    name, (low, high) = reader.PointData[0].Name, reader.PointData[0].GetRange(0)
    view = scene.new_view(300, (0, 0, 0), UseFXAA=0)
    volume = scene.show_volume(reader, view, "Neural Volume", ScalarOpacityUnitDistance=0.1)
    volume.LookupTable.RGBPoints = [low, 1, 1, 1, high, 1, 1, 1]
    limit = [0.2999, 0, 0.5, 0, 0.3, 1, 0.5, 0]
    volume.ScalarOpacityFunction.Points = [low, 0, 0.5, 0, *limit, high, 1, 0.5, 0]
    contour = simple.Contour(
        Input=scene.decompressed(reader), ContourBy=["POINTS", name], Isosurfaces=[0.3]
    )
    surface = simple.Show(contour, view)
    simple.ColorBy(surface, None)
    surface.AmbientColor, surface.Ambient, surface.Diffuse = [1, 1, 1], 1.0, 0.0

    def place(shown):
        volume.Visibility, surface.Visibility = shown is volume, shown is surface
        for zoom in (1.0, 1.6):  # VTK's camera takes up another eye when it moves
            scene.aim(view, reader.GetDataInformation().GetBounds(), zoom=zoom)
            simple.Render(view)
        return np.argwhere(scene.picture(view)[..., 0] > 0.5).mean(axis=0)

    places = []
    for view.StereoRender, view.StereoType in ((0, "Left"), (1, "Right"), (1, "Left")):
        places.append(place(volume))
        np.testing.assert_allclose(places[-1], place(surface), atol=0.3)
    assert places[2][1] - places[1][1] > 0.4, places


def test_moving_pictures_are_coarser_and_alike(model_path):
    view = scene.new_view(400)
    source = simple.OpenDataFile(model_path)
    display = scene.show_volume(source, view, "Neural Volume")
    display.SamplingRate, display.InteractiveFrameRate = 10, 60
    scene.aim(view, source.GetDataInformation().GetBounds())
    add_cone(view, source, shift=0.0)

    def draw(rate):
        window = view.GetRenderWindow()
        window.SetDesiredUpdateRate(rate)
        start = time.perf_counter()
        window.Render()
        return scene.shown(window), time.perf_counter() - start

    simple.Render(view)
    for _ in range(3):
        view.GetActiveCamera().Azimuth(5)
        moving, moving_seconds = draw(5.0)
    still, still_seconds = draw(0.002)
    scene.require_alike(still, moving, 0.9)
    assert np.abs(still - moving).max() > 0.01
    assert moving_seconds < max(0.5, still_seconds)


def test_selection_passes_the_volume_by(model_path):
    view = scene.new_view()
    source = simple.OpenDataFile(model_path)
    scene.show_volume(source, view, "Neural Volume")
    scene.aim(view, source.GetDataInformation().GetBounds())
    cone = add_cone(view, source, shift=0.0)
    simple.Render(view)
    simple.SelectSurfacePoints(Rectangle=[0, 0, scene.SIZE - 1, scene.SIZE - 1], View=view)
    selected = simple.ExtractSelection(Input=cone)
    selected.UpdatePipeline()
    assert selected.GetDataInformation().GetNumberOfPoints() > 0


def test_a_subset_is_a_part_of_the_whole(model_path):
    """Extract Subset's output is drawn from the whole volume's model, cut to the subset."""
    pictures = []
    for representation in ("Volume", "Neural Volume"):
        reader = simple.OpenDataFile(model_path)
        source = scene.decompressed(reader) if representation == "Volume" else reader
        subset = simple.ExtractSubset(Input=source, VOI=[10, 40, 2, 44, 5, 28])
        view = scene.new_view()
        scene.show_volume(subset, view, representation)
        scene.aim(view, subset.GetDataInformation().GetBounds())
        pictures.append(scene.picture(view))
    scene.require_alike(*pictures, ALIKE)


def test_each_of_several_arrays(two_models_path):
    reader = simple.OpenDataFile(two_models_path)
    for name in ("density", "mirrored", "density"):
        pictures = []
        for representation in ("Volume", "Neural Volume"):
            source = scene.decompressed(reader) if representation == "Volume" else reader
            view = scene.new_view()
            display = scene.show_volume(source, view, representation)
            simple.ColorBy(display, ("POINTS", name))
            display.RescaleTransferFunctionToDataRange(False, True)
            scene.aim(view, source.GetDataInformation().GetBounds())
            pictures.append(scene.picture(view))
        scene.require_alike(*pictures, ALIKE)
